"""What alembic runs its migrations in: the transaction that the workspace has begun."""

from alembic import context

from sync_desktop.storage.schema import metadata


def run() -> None:
    """Run the migrations on the connection that `migrating.upgrade` hands in."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        render_as_batch=True,  # SQLite changes a table by copying it
    )
    with context.begin_transaction():
        context.run_migrations()


run()
