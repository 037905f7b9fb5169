"""The outbox: what leaves the house to a bare address, by e-mail, text message, push or letter.

A message is a row written in the transaction of its cause; a task sends it afterwards, outside any transaction.
Public face: `operations.enqueue_mail`, `operations.enqueue`, `operations.enqueue_many`, `layout.compose`,
`queries.messages`.
"""
