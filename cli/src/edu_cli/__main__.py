from edu_cli.cli import main

main()
