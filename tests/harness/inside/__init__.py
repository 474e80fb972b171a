"""tests/check wire and look: the traffic between clients and a server, and the inside of one of
ours, drawn on a page of this machine while it happens.

relay.py passes bytes on and reports each read. pieces.py takes the streams apart, record.py keeps
the last events, keep.py writes them as a session, page.py serves page.html. look.py asks a server
for its inside. All of it runs in one thread (asyncio).
"""
