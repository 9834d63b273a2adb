# Read by the scripts beside it: sets PYTHON to a Python that can make the virtual environment.
for PYTHON in python3 python3.14 python3.13 python3.12 python3.11 python; do
    if "$PYTHON" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
        >/dev/null 2>&1; then
        return 0
    fi
done
echo "Nafasi needs Python 3.11 or newer with its venv module (on Debian: apt install" \
    "python3-venv), and there is none on the PATH." >&2
exit 1
