"""Excalidraw drawings: an ``.excalidraw.md`` note or ``.excalidraw`` file in, a Note with a Drawing out.

`sections` splits the file, `lz` decompresses the scene, `scene` reads its elements, `shapes` and `lettering` draw
them, `layers` stacks the result, `drawing` joins all of it to a note, and `show` writes the markup of a page.
"""
