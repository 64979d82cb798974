; Inno Setup: installs the folder for one user, with a menu entry and the support: addresses.
; It has not been run yet: packaging/ci/windows.yml is where it is.
[Setup]
AppId={{6B0C2C0E-5B7C-4C0B-9B52-2B8F7A1D8E51}
AppName=Agent Console
AppVersion=0.1.0
AppPublisher=The agentconsole developers
DefaultDirName={autopf}\Agent Console
DefaultGroupName=Agent Console
PrivilegesRequired=lowest
LicenseFile=..\..\LICENSE
OutputDir=..\..\build\package
OutputBaseFilename=agentconsole-setup
SetupIconFile=..\..\build\agentconsole.ico
UninstallDisplayIcon={app}\agentconsole-window.exe
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
Compression=lzma2
SolidCompression=yes

[Files]
Source: "..\..\build\package\agentconsole\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{group}\Agent Console"; Filename: "{app}\agentconsole-window.exe"

[Registry]
Root: HKA; Subkey: "Software\Classes\support"; ValueType: string; ValueData: "URL:Support ticket"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\support"; ValueType: string; ValueName: "URL Protocol"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\support\shell\open\command"; ValueType: string; ValueData: """{app}\agentconsole-window.exe"" ""%1"""
