"""Mail that comes in: a message to the town's address becomes a case, an answer to ours goes on with its case.

Public face: `operations.take_in`, `parvis inbound` (LMTP, SMTP or a mail server's pipe). A letter is read by `letter`,
which knows no Django; who may write on a case is decided by the signed address of `parvis.core.cases.answers`.
"""
