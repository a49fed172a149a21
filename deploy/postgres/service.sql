-- The database of one service and its three roles; may be run again, and then only sets what is said here.
--   <service>_owner   owns the tables and migrates them
--   <service>         is the service: reads and writes rows, changes no table
--   <service>_reader  reads
-- psql --set service=billing; the passwords come from the environment, where no process list shows them.
\getenv owner_password OWNER_PASSWORD
\getenv service_password SERVICE_PASSWORD
\getenv reader_password READER_PASSWORD
\set owner :service _owner
\set reader :service _reader

SELECT format('CREATE ROLE %I', role) FROM unnest(ARRAY[:'owner', :'service', :'reader']) role
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec
ALTER ROLE :"owner" LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'owner_password';
ALTER ROLE :"service" LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'service_password';
ALTER ROLE :"reader" LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD :'reader_password';

-- Milliseconds, as chassis/database/engines.py asks for them on every connection: here for whoever forgets to.
ALTER ROLE :"service" SET statement_timeout = 5000;
ALTER ROLE :"service" SET lock_timeout = 2000;
ALTER ROLE :"service" SET idle_in_transaction_session_timeout = 30000;
ALTER ROLE :"reader" SET statement_timeout = 60000;
ALTER ROLE :"reader" SET idle_in_transaction_session_timeout = 30000;
ALTER ROLE :"reader" SET default_transaction_read_only = on;

SELECT format('CREATE DATABASE %I OWNER %I', :'service', :'owner')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'service') \gexec
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"service" TO :"owner", :"service", :"reader";

\connect :service
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO :"owner";
GRANT USAGE ON SCHEMA public TO :"service", :"reader";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"service";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO :"service";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT SELECT ON TABLES TO :"reader";
