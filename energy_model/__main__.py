"""``python -m energy_model`` is the same as ``energy-model``."""

from energy_model.ending import ended_well


def main() -> None:
    """Entry point; a request to stop is handled even while modules are being imported."""
    with ended_well():
        from energy_model.cli import main as command

        command()


if __name__ == "__main__":
    main()
