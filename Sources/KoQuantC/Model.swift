import CKoQuant
import Kernels
import KoQuant

extension EmbeddingModel: HandleObject {
  static var kind: kqh_kind { KQH_MODEL }
  static var name: StaticString { "model" }
  static var isExclusive: Bool { false }
}

@c @implementation
public func kq_model_open(
  _ path: UnsafePointer<CChar>?, _ options: UnsafePointer<kq_model_options>?,
  _ model: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<kq_error>?
) -> kq_status {
  open(options, model, error) { calls throws(CallFailure) in
    guard let path else { throw .null("path") }
    guard let path = String(validatingCString: path) else {
      throw CallFailure(KQ_INVALID_ARGUMENT, "the path is not UTF-8; use kq_model_open_descriptor")
    }
    return try file { () throws(KoqError) in try KoqFile(path: path, calls: calls) }
  }
}

@c @implementation
public func kq_model_open_descriptor(
  _ descriptor: Int32, _ options: UnsafePointer<kq_model_options>?,
  _ model: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<kq_error>?
) -> kq_status {
  open(options, model, error) { calls throws(CallFailure) in
    try file { () throws(KoqError) in try KoqFile(descriptor: descriptor, calls: calls) }
  }
}

@c @implementation
public func kq_model_open_memory(
  _ bytes: UnsafeRawPointer?, _ count: Int, _ options: UnsafePointer<kq_model_options>?,
  _ model: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<kq_error>?
) -> kq_status {
  open(options, model, error) { calls throws(CallFailure) in
    guard let bytes else { throw .null("bytes") }
    guard count >= 0 else { throw CallFailure(KQ_INVALID_ARGUMENT, "count is beyond any memory") }
    let memory = UnsafeRawBufferPointer(start: bytes, count: count)
    return try file { () throws(KoqError) in try KoqFile(memory: memory, calls: calls) }
  }
}

@c @implementation
public func kq_model_close(_ model: OpaquePointer?, _ error: UnsafeMutablePointer<kq_error>?) -> kq_status {
  call(error) { () throws(CallFailure) in try EmbeddingModel.close(model) }
}

@c @implementation
public func kq_model_describe(
  _ model: OpaquePointer?, _ info: UnsafeMutablePointer<kq_model_info>?,
  _ error: UnsafeMutablePointer<kq_error>?
) -> kq_status {
  call(error) { () throws(CallFailure) in
    guard let info else { throw .null("info") }
    guard info.pointee.size >= MemoryLayout<kq_model_info>.size else {
      throw CallFailure(KQ_INVALID_ARGUMENT, "size of the info is \(info.pointee.size); set it to sizeof")
    }
    try EmbeddingModel.use(model) { model in
      let configuration = model.configuration
      info.pointee.dimension = UInt32(configuration.hiddenSize)
      info.pointee.maximum_tokens = UInt32(configuration.maximumTokens)
      info.pointee.vocabulary_size = UInt32(configuration.vocabularySize)
      info.pointee.layers = UInt32(configuration.layers)
      info.pointee.normalizes = configuration.normalizes ? 1 : 0
      let name = model.kernels.name.description
      withUnsafeMutableBytes(of: &info.pointee.instruction_set) { $0.fillText(name) }
    }
  }
}

/// What opening a model has in common, wherever its file comes from.
private func open(
  _ options: UnsafePointer<kq_model_options>?, _ model: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<kq_error>?, _ file: (SystemCalls) throws(CallFailure) -> KoqFile
) -> kq_status {
  call(error) { () throws(CallFailure) in
    guard let model else { throw .null("model") }
    model.pointee = nil
    let options = try readOptions(
      options, kq_model_options(), smallest: MemoryLayout<kq_model_options>.size)
    let instructionSet = options.instruction_set.map { Array(String(cString: $0).utf8) }
    let opened: EmbeddingModel
    let file = try file(try SystemCalls(allocator: options.allocator))
    do throws(EmbeddingError) {
      opened = try EmbeddingModel(file, instructionSet: instructionSet)
    } catch {
      throw CallFailure(error)
    }
    try EmbeddingModel.open(opened, model)
  }
}

private func file(_ open: () throws(KoqError) -> KoqFile) throws(CallFailure) -> KoqFile {
  do throws(KoqError) { return try open() } catch { throw CallFailure(error) }
}
