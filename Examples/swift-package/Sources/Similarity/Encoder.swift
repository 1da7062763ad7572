import CKoQuantBinary

/// A model and a session, closed with their owner. One thread at a time.
final class Encoder {
  struct Failure: Error {
    var status: kq_status
    var message: String
  }

  private var model: OpaquePointer?
  private var session: OpaquePointer?
  private var info = kq_model_info()

  init(path: String) throws {
    info.size = MemoryLayout<kq_model_info>.size
    var options = kq_session_options()
    options.size = MemoryLayout<kq_session_options>.size
    options.flags = UInt32(KQ_NORMALIZE)
    try Self.check { kq_model_open(path, nil, &model, $0) }
    try Self.check { kq_model_describe(model, &info, $0) }
    try Self.check { kq_session_open(model, &options, &session, $0) }
  }

  deinit {
    kq_session_close(session, nil)
    kq_model_close(model, nil)
  }

  func encode(_ text: String) throws -> [Float] {
    var vector = [Float](repeating: 0, count: Int(info.dimension))
    try Self.check { kq_embed(session, text, text.utf8.count, &vector, vector.count, $0) }
    return vector
  }

  private static func check(_ call: (UnsafeMutablePointer<kq_error>) -> kq_status) throws {
    var error = kq_error()
    guard call(&error) != KQ_OK else { return }
    let message = withUnsafeBytes(of: error.message) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    throw Failure(status: error.status, message: message)
  }
}
