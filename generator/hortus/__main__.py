from hortus.cli.main import main

raise SystemExit(main())
