"""What alembic runs to apply revisions: on the connection, and in the transaction, of `migrate`."""

from alembic import context

# The transaction began before this and is committed after it, so there is none to make here.
context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
