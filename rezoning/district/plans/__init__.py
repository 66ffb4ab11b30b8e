"""Plans on disk: anyone's plan as it is published, told whatever program wrote it; `plan.csv` out."""
