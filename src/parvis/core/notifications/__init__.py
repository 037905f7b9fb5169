"""Who is told what: notices declared in the manifests become e-mails and messages in each person's inbox.

Public face: `queries.unread_count`, `queries.inbox_of`, `operations.mark_read`; a module declares `Notice` entries and
writes templates (docs/module-contract.md), and never calls this package to tell somebody something.
"""
