"""What runs inside the processes of a person's own script: it records, and changes nothing that the script can see."""
