// Asks a server with npm's akismet-api, which puts the key before the host; prints what it was told.
require('./lookup.cjs')
const Akismet = require('akismet-api')

const comment = { ip: '192.0.2.7', useragent: 'Browser/1', content: 'Rye, from akismet-api', permalink: 'https://blog.example/rye' }

async function ask () {
  const client = Akismet.client({ key: process.env.AKISMET_KEY, blog: 'https://blog.example' })
  const other = Akismet.client({ key: 'wrong0123456', blog: 'https://blog.example' })
  const told = [
    await client.verifyKey(),
    await other.verifyKey(),
    await client.checkSpam({ ...comment, role: 'administrator' }),
    await client.checkSpam({ ...comment, name: 'akismet-guaranteed-spam' }),
    await client.checkSpam({ ...comment, honeypot: 'filled in' })
  ]
  await client.submitSpam(comment)
  await client.submitHam(comment)
  console.log(JSON.stringify(told))
}

ask().catch(error => { console.error(error); process.exit(1) })
