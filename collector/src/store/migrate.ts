// Brings a database file to the version that this program writes.
import type { Client } from '@libsql/client'

/** @throws Error in one sentence where the file is of a newer version, or of another program */
export async function migrate(
  client: Client,
  migrations: readonly (readonly string[])[],
): Promise<void> {
  const { rows } = await client.execute('pragma user_version')
  const version = Number(rows[0]?.['user_version'] ?? 0)
  if (version > migrations.length) {
    throw new Error(
      `data: expected a file of version ${migrations.length} or older, got version ${version}: it was written by a newer collector`,
    )
  }
  if (version === 0) await refuseForeign(client)
  for (const [index, steps] of migrations.entries()) {
    if (index < version) continue
    // user_version is part of the file, and of the transaction.
    await client.batch([...steps, `pragma user_version = ${index + 1}`], 'write')
  }
}

async function refuseForeign(client: Client): Promise<void> {
  const { rows } = await client.execute('select name from sqlite_schema limit 1')
  if (rows.length > 0) {
    throw new Error('data: expected a file of a collector, got a database of another program')
  }
}
