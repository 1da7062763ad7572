import CKoQuant
import KoQuant

@c @implementation
public func kq_embed(
  _ session: OpaquePointer?, _ text: UnsafePointer<CChar>?, _ length: Int,
  _ vector: UnsafeMutablePointer<Float>?, _ capacity: Int, _ error: UnsafeMutablePointer<kq_error>?
) -> kq_status {
  withUnsafePointer(to: kq_text(bytes: text, length: length)) {
    kq_embed_many(session, $0, 1, vector, capacity, error)
  }
}

@c @implementation
public func kq_embed_many(
  _ session: OpaquePointer?, _ texts: UnsafePointer<kq_text>?, _ count: Int,
  _ vectors: UnsafeMutablePointer<Float>?, _ capacity: Int, _ error: UnsafeMutablePointer<kq_error>?
) -> kq_status {
  call(error) { () throws(CallFailure) in
    try Session.use(session) { session throws(CallFailure) in
      if count == 0 { return }
      if texts == nil { throw .null("texts") }
      if vectors == nil { throw .null("vectors") }
      let texts = UnsafeBufferPointer(start: texts, count: try size(count, "count"))
      let output = UnsafeMutableBufferPointer(start: vectors, count: try size(capacity, "capacity"))
      guard output.count / session.dimension >= texts.count else {
        throw CallFailure(
          KQ_BUFFER_TOO_SMALL,
          "\(texts.count) vectors of \(session.dimension) floats do not fit into \(output.count) floats")
      }
      for (index, text) in texts.enumerated() { try check(text, index, session) }
      do throws(EmbeddingError) {
        try session.embedding.embed(count: texts.count, into: output) { bytes(texts[$0]) }
      } catch {
        throw CallFailure(error)
      }
    }
  }
}

/// A size_t that is a size: above the range of Int it comes as a negative number.
private func size(_ count: Int, _ name: StaticString) throws(CallFailure) -> Int {
  guard count >= 0 else { throw CallFailure(KQ_INVALID_ARGUMENT, name.description + " is beyond any memory") }
  return count
}

private func check(_ text: kq_text, _ index: Int, _ session: Session) throws(CallFailure) {
  let length = try size(text.length, "length")
  guard text.bytes != nil || length == 0 else {
    throw CallFailure(KQ_INVALID_ARGUMENT, "text \(index) is NULL, but not empty")
  }
  if !session.replacesInvalidBytes, !UnsafeRawBufferPointer(bytes(text)).isUTF8 { throw .invalidText(index) }
}

private func bytes(_ text: kq_text) -> UnsafeBufferPointer<UInt8> {
  let start = UnsafeRawPointer(text.bytes)?.assumingMemoryBound(to: UInt8.self)
  return UnsafeBufferPointer(start: start, count: text.length)
}
