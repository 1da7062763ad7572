// The names are those of koquant.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CKoQuant
import KoQuant

/// An `EmbeddingSession` that a handle can hold.
final class Session: HandleObject {
  static var kind: kqh_kind { KQH_SESSION }
  static var name: StaticString { "session" }
  static var isExclusive: Bool { true }

  var embedding: EmbeddingSession
  let replacesInvalidBytes: Bool

  init(_ embedding: consuming EmbeddingSession, replacesInvalidBytes: Bool) {
    self.embedding = embedding
    self.replacesInvalidBytes = replacesInvalidBytes
  }

  var dimension: Int { embedding.model.configuration.hiddenSize }
}

@c @implementation
public func kq_session_open(
  _ model: OpaquePointer?, _ options: UnsafePointer<kq_session_options>?,
  _ session: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<kq_error>?
) -> kq_status {
  call(error) { () throws(CallFailure) in
    guard let session else { throw .null("session") }
    session.pointee = nil
    let options = try readOptions(
      options, kq_session_options(), smallest: MemoryLayout<kq_session_options>.size)
    let known = UInt32(KQ_NORMALIZE | KQ_REPLACE_INVALID_UTF8)
    guard options.flags & ~known == 0 else {
      throw CallFailure(KQ_INVALID_ARGUMENT, "flags that this version of the library does not have")
    }
    let batchTokens = try readBatchTokens(options.batch_tokens)
    try Model.use(model) { model throws(CallFailure) in
      var wanted = model.plan.sessionOptions
      if options.threads > 0 {
        wanted.threads = min(Int(clamping: options.threads), ThreadPool.maximumThreads)
      }
      if let batchTokens { wanted.batchTokens = batchTokens }
      wanted.normalize = options.flags & UInt32(KQ_NORMALIZE) != 0
      let opened: EmbeddingSession
      do throws(EmbeddingError) {
        opened = try EmbeddingSession(model.embedding, options: wanted)
      } catch {
        throw CallFailure(error)
      }
      let replaces = options.flags & UInt32(KQ_REPLACE_INVALID_UTF8) != 0
      try Session.open(Session(opened, replacesInvalidBytes: replaces), session)
    }
  }
}

@c @implementation
public func kq_session_close(_ session: OpaquePointer?, _ error: UnsafeMutablePointer<kq_error>?) -> kq_status
{
  call(error) { () throws(CallFailure) in try Session.close(session) }
}
