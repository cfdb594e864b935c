from edu_local.cli import main

main()
