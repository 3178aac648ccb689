"""What a view says of totals that leave out what its audience may not read."""

from leanfolio.wording import message

WHAT_MAY_BE_READ = message("Figures hold what this audience may read.")
