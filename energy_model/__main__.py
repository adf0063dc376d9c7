"""``python -m energy_model`` is the same as ``energy-model``."""

from energy_model.cli import main

if __name__ == "__main__":
    main()
