"""What an operator does: doctor, backup, restore, migrations."""
