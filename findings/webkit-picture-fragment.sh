#!/bin/sh
# WebKitGTK 2.50 (Debian): when a <picture> changes to the same SVG with another fragment, the old drawing stays.
# The SVG draws its element with the id of the fragment (`:target`). After the media query of the <source> was changed,
# currentSrc has the new fragment, but what is on the screen is the drawing for the old one, until something makes the
# page lay out the image anew, such as taking it out of the page and putting it back. Only with files from a server;
# from a file:// address the drawing follows.
# Seen: server: white, then still white, then black after it was put back; disk: white, black, black. Fails if that changes.
set -eu
browser=$(find /usr/lib -path '*webkit2gtk-4.1/MiniBrowser' 2>/dev/null | head -n 1)
[ "$browser" ] && command -v WebKitWebDriver Xvfb >/dev/null || { echo "needs Debian's webkit2gtk-driver and xvfb" >&2; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check selenium==4.51.0 pillow==13.0.0
mkdir "$folder/site"
cat > "$folder/site/picture.svg" <<'SVG'
<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"><style>svg:has(>#black:target) { background: #000 }
svg:has(>#white:target) { background: #fff }</style><g id="white"/><g id="black"/></svg>
SVG
cat > "$folder/site/page.html" <<'HTML'
<!doctype html><meta charset=utf-8><title>A picture</title><style>body { margin: 0; background: #888 }</style>
<picture><source media="not all" srcset="picture.svg#black"><img src="picture.svg#white" width="200" height="200" alt=""></picture>
HTML
BROWSER="$browser" "$folder/venv/bin/python" - "$folder/site" <<'PYTHON'
import os
import subprocess
import sys
import threading
import time
from base64 import b64decode
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

from PIL import Image
from selenium import webdriver
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

folder = sys.argv[1]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *given):
        pass


def shade(driver) -> str:
    time.sleep(2)
    picture = Image.open(BytesIO(b64decode(driver.get_screenshot_as_base64()))).convert("L")
    return {255: "white", 0: "black"}.get(picture.getpixel((100, 100)), "neither")


server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
threading.Thread(target=server.serve_forever, daemon=True).start()
screen = subprocess.Popen(["Xvfb", ":93", "-screen", "0", "900x900x24"], stderr=subprocess.DEVNULL)
os.environ |= {"DISPLAY": ":93", "LIBGL_ALWAYS_SOFTWARE": "1", "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
time.sleep(1)
options = Options()
options.binary_location = os.environ["BROWSER"]
options.add_argument("--automation")
driver = webdriver.WebKitGTK(options=options, service=Service("/usr/bin/WebKitWebDriver"))
seen = {}
try:
    print("WebKitGTK", driver.capabilities["browserVersion"])
    for place, address in (("server", f"http://127.0.0.1:{server.server_port}/"), ("disk", Path(folder).as_uri() + "/")):
        driver.get(f"{address}page.html")
        shades = [shade(driver)]
        driver.execute_script("document.querySelector('source').media = 'all'")
        shades.append(shade(driver))
        assert driver.execute_script("return document.images[0].currentSrc").endswith("#black")
        driver.execute_script("const image = document.images[0]; image.replaceWith(image)")
        shades.append(shade(driver))
        seen[place] = shades
        print(place, *shades)
finally:
    driver.quit()
    screen.terminate()
assert seen == {"server": ["white", "white", "black"], "disk": ["white", "black", "black"]}
PYTHON
