"""What holds for all tests."""

from __future__ import annotations

from hypothesis import settings

# A loaded machine is no failure of the code, and a run that fails must fail again.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")
