"""Where an incident's answers lean, by the three criteria of the law: a help for the officer, who decides.

Act respecting Access to documents held by public bodies (Quebec, c. A-2.1), s. 63.10: the sensitivity of the
information, the anticipated consequences of its use, and the likelihood that it will be used for injurious purposes.
"""

HIGH, MEDIUM = 3, 2


def leans_serious(*, sensitivity: int, consequences: int, likelihood: int) -> bool:
    """Tell whether answers from 1 (low) to 3 (high) point to a risk of serious injury.

    Either could be grave and a harmful use is not unlikely; or both are grave, however unlikely the use.
    """
    gravest, least = max(sensitivity, consequences), min(sensitivity, consequences)
    if least == HIGH:
        return True
    return (gravest >= HIGH and likelihood >= MEDIUM) or (least >= MEDIUM and likelihood >= HIGH)
