import CKoQuantBinary

/// A model and a session, closed with their owner. One thread at a time.
final class Encoder {
  struct Failure: Error {
    var status: kq_status
    var message: String
  }

  let dimension: Int
  private var model: OpaquePointer?
  private var session: OpaquePointer?

  init(path: String) throws {
    var error = kq_error()
    var info = kq_model_info()
    info.size = MemoryLayout<kq_model_info>.size
    var options = kq_session_options()
    options.size = MemoryLayout<kq_session_options>.size
    options.flags = UInt32(KQ_NORMALIZE)
    dimension = try Self.opened(&error) {
      var status = kq_model_open(path, nil, &model, &error)
      if status == KQ_OK { status = kq_model_describe(model, &info, &error) }
      if status == KQ_OK { status = kq_session_open(model, &options, &session, &error) }
      return (status, Int(info.dimension))
    }
  }

  deinit {
    kq_session_close(session, nil)
    kq_model_close(model, nil)
  }

  func encode(_ text: String) throws -> [Float] {
    var error = kq_error()
    var vector = [Float](repeating: 0, count: dimension)
    return try Self.opened(&error) {
      let status = kq_embed(session, text, text.utf8.count, &vector, vector.count, &error)
      return (status, vector)
    }
  }

  private static func opened<Value>(
    _ error: inout kq_error, _ body: () -> (kq_status, Value)
  ) throws -> Value {
    let (status, value) = body()
    guard status == KQ_OK else {
      let message = withUnsafeBytes(of: error.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      throw Failure(status: status, message: message)
    }
    return value
  }
}
