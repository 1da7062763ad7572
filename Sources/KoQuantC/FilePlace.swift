import CKoQuant
import KoQuant

/// Where a caller has a model file.
enum FilePlace {
  case path(UnsafePointer<CChar>?)
  case descriptor(Int32)
  case memory(UnsafeRawPointer?, count: Int)

  /// Opens the file and checks its table; it is mapped later if the plan says so.
  func open(_ calls: SystemCalls) throws(CallFailure) -> KoqFile {
    switch self {
    case .path(let path):
      guard let path else { throw .null("path") }
      guard let path = String(validatingCString: path) else {
        throw CallFailure(KQ_INVALID_ARGUMENT, "the path is not UTF-8; use kq_model_open_descriptor")
      }
      return try file { () throws(KoqError) in try KoqFile(path: path, access: .read, calls: calls) }
    case .descriptor(let descriptor):
      return try file { () throws(KoqError) in
        try KoqFile(descriptor: descriptor, access: .read, calls: calls)
      }
    case .memory(let bytes, let count):
      guard let bytes else { throw .null("bytes") }
      guard count >= 0 else { throw CallFailure(KQ_INVALID_ARGUMENT, "count is beyond any memory") }
      let memory = UnsafeRawBufferPointer(start: bytes, count: count)
      return try file { () throws(KoqError) in try KoqFile(memory: memory, calls: calls) }
    }
  }

  private func file(_ open: () throws(KoqError) -> KoqFile) throws(CallFailure) -> KoqFile {
    do throws(KoqError) { return try open() } catch { throw CallFailure(error) }
  }
}
