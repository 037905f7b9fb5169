"""Signatures, against the specification's own example."""

from datetime import UTC, datetime

from parvis.core.webhooks import signing

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
AT = datetime.fromtimestamp(1614265330, UTC)
BODY = b'{"test": 2432232314}'


def test_the_example_of_the_specification() -> None:
    said = signing.sign(SECRET, message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", at=AT, body=BODY)
    assert said == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_both_secrets_sign_during_a_rotation() -> None:
    other = signing.new_secret()
    said = signing.headers([other, SECRET], message_id="msg_1", at=AT, body=BODY)
    assert said["webhook-id"] == "msg_1"
    assert said["webhook-timestamp"] == "1614265330"
    assert said["webhook-signature"].split(" ") == [
        signing.sign(key, message_id="msg_1", at=AT, body=BODY) for key in (other, SECRET)
    ]


def test_a_secret_is_long_and_new() -> None:
    made = {signing.new_secret() for _ in range(20)}
    assert len(made) == 20
    assert all(secret.startswith("whsec_") and len(secret) == 6 + 44 for secret in made)
