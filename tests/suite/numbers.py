"""The largest and smallest numbers that a command takes.

    numbers.py PORT

Each command of tables/numbers.txt is answered, and after each one the server still answers others:
no number becomes the size of a block, or of an array, before it has been checked. A DEBUG that is
switched off is skipped.

"""
import sys

from common import connect, table

NUMBERS = ("9223372036854775807 -9223372036854775808 -9223372036854775807 "
           "4611686018427387904 18446744073709551615 4294967296 4294967297 "
           "-2147483648 -2147483649 1152921504606846976").split()


def ask(words):
    """Asks on a connection of its own, so that no answer is taken for another."""
    with connect(sys.argv[1]) as client:
        return client.ask(*words)


def main():
    lines = table("numbers")
    for words in lines[:lines.index([])]:
        if ask(words)[0] == "-":
            sys.exit("refused: " + " ".join(words))
    for words in lines[lines.index([]) + 1:]:
        for number in NUMBERS:
            asked = [word.replace("@", number) for word in words]
            ask(asked)
            if ask(["PING"]) != ("+", b"PONG"):
                sys.exit("no PONG after " + " ".join(asked))


if __name__ == "__main__":
    main()
