"""Parse Excalidraw drawings (``.excalidraw.md`` or ``.excalidraw`` files) into notes with a Drawing.

`sections` splits the file, `lz` decompresses the scene, `scene` reads its elements, `shapes` and `lettering` draw
them, `layers` stacks the result, `drawing` combines everything into a note, and `show` writes the markup of a page.
"""
