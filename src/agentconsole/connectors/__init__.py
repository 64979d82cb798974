"""The only client HTTP. Each connector speaks one help desk's API and yields the records of ``agentconsole.domain``."""
