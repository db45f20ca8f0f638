"""How hypothesis runs here: no test asserts a time, so no example has a deadline."""

from hypothesis import settings

settings.register_profile("winze", deadline=None)
settings.load_profile("winze")
