"""What must hold when things go wrong: policies half saved, files damaged, no disk, no descriptors,
guarded killed; and what users are told, through every engine."""
