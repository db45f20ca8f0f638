"""What a person can do, each thing planned, journalled, carried out, and resumed."""
