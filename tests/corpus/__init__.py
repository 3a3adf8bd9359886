"""What each released version said, byte for byte: rule files and events as text, and the documents that came of them.

Nothing here is an expectation of what is right. A record tells whether a later version says something else to a host
that changed nothing, so that no such change goes out unseen (docs/reliability.md, docs/decisions/0134).
"""
