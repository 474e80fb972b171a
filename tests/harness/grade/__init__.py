"""tests/grade: a class's submissions, judged, exported and shown.

    hand_in     finds the submissions of a folder, and whose they are
    marker      judges them side by side, and again what measures time
    inside      judges one of them, in a process of its own
    box         what keeps a submission in
    evidence    signs that a server is not the work of who handed it in
    similar     pairs of submissions with the same passages
    exports     the files for Gradescope, Moodle, Canvas, JUnit; the signed one
    board       the page for the class
    pack        the autograder for Gradescope, the workflow for GitHub

All of them rest on one result, grades.json, a list of what tests/check says of
each submission (report.as_book) with a few fields more: see marker.
"""
