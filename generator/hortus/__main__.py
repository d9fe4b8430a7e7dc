from hortus.cli import main

raise SystemExit(main())
