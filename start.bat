@echo off
rem Makes the environment beside this file the first time, then solves four typical weeks and shows the results in the browser.
setlocal
chcp 65001 >nul
cd /d "%~dp0"
set "PYTHON=.venv\Scripts\python.exe"
set "PYTHONUTF8=1"
if exist "%PYTHON%" goto ready
where py >nul 2>nul && (py -3 -m venv .venv) || (python -m venv .venv)
if not exist "%PYTHON%" (
  echo No Python 3.11 or newer was found: install it from python.org, then start this file again.
  pause
  exit /b 1
)
if exist wheelhouse (
  "%PYTHON%" -m pip install --no-index --find-links wheelhouse -c constraints.txt . || goto failed
) else (
  "%PYTHON%" -m pip install -c constraints.txt . || goto failed
)
:ready
"%PYTHON%" -m energy_model check || goto failed
"%PYTHON%" -m energy_model optimize --horizon weeks:4 || goto failed
"%PYTHON%" -m energy_model serve
exit /b 0
:failed
echo The last step failed; the message above says why.
pause
exit /b 1
