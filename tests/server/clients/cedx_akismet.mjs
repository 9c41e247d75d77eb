// Asks a server with npm's @cedx/akismet, which refuses answers with headers of an error; prints what it was told.
import { Author, Blog, Client, Comment } from '@cedx/akismet'

const blog = new Blog({ url: 'https://blog.example', charset: 'UTF-8', languages: ['en'] })
const baseUrl = `http://127.0.0.1:${process.env.AKISMET_PORT}`
const client = new Client(process.env.AKISMET_KEY, blog, { baseUrl })
const other = new Client('wrong0123456', blog, { baseUrl })

function comment (author, more = {}) {
  return new Comment({
    author: new Author({ ipAddress: '192.0.2.7', userAgent: 'Browser/1', ...author }),
    content: 'Rye, from @cedx/akismet',
    context: ['rye', 'sour dough'],
    date: new Date('2026-03-01T10:00:00Z'),
    permalink: 'https://blog.example/rye',
    type: 'comment',
    ...more
  })
}

const told = [
  await client.verifyKey(),
  await other.verifyKey(),
  await client.checkComment(comment({ role: 'administrator' })),
  await client.checkComment(comment({ name: 'akismet-guaranteed-spam' }))
]
await client.submitSpam(comment({}))
await client.submitHam(comment({}))
console.log(JSON.stringify(told))
