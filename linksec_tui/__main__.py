"""`python -m linksec_tui`."""

import sys

from linksec_tui.start import main

sys.exit(main())
