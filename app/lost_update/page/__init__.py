"""The page's own files, for all who write pages: the server (`web`), an export in one file, a site without a server.

templates/  static/js/  static/css/
     │           │           │
     └───────────┴───────────┴──▶ files, templates, catalogue_view ──▶ web: pages, each on its address
                                                                  ──▶ one_file: a page that needs no server
"""
