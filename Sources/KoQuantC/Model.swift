// The names are those of koquant.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CKoQuant
import Kernels
import KoQuant

/// An `EmbeddingModel` that a handle can hold, and the plan that its sessions follow.
final class Model: HandleObject {
  static var kind: kqh_kind { KQH_MODEL }
  static var name: StaticString { "model" }
  static var isExclusive: Bool { false }

  let embedding: EmbeddingModel
  let plan: MemoryPlan

  init(_ embedding: EmbeddingModel, _ plan: MemoryPlan) {
    self.embedding = embedding
    self.plan = plan
  }
}

@c @implementation
public func kq_model_open(
  _ path: UnsafePointer<CChar>?, _ options: UnsafePointer<kq_model_options>?,
  _ model: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<kq_error>?
) -> kq_status {
  open(.path(path), options, model, error)
}

@c @implementation
public func kq_model_open_descriptor(
  _ descriptor: Int32, _ options: UnsafePointer<kq_model_options>?,
  _ model: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<kq_error>?
) -> kq_status {
  open(.descriptor(descriptor), options, model, error)
}

@c @implementation
public func kq_model_open_memory(
  _ bytes: UnsafeRawPointer?, _ count: Int, _ options: UnsafePointer<kq_model_options>?,
  _ model: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<kq_error>?
) -> kq_status {
  open(.memory(bytes, count: count), options, model, error)
}

@c @implementation
public func kq_model_close(_ model: OpaquePointer?, _ error: UnsafeMutablePointer<kq_error>?) -> kq_status {
  call(error) { () throws(CallFailure) in try Model.close(model) }
}

@c @implementation
public func kq_model_describe(
  _ model: OpaquePointer?, _ info: UnsafeMutablePointer<kq_model_info>?,
  _ error: UnsafeMutablePointer<kq_error>?
) -> kq_status {
  call(error) { () throws(CallFailure) in
    try Model.use(model) { model throws(CallFailure) in
      let configuration = model.embedding.configuration
      var known = kq_model_info()
      known.dimension = UInt32(configuration.hiddenSize)
      known.maximum_tokens = UInt32(configuration.maximumTokens)
      known.vocabulary_size = UInt32(configuration.vocabularySize)
      known.layers = UInt32(configuration.layers)
      known.normalizes = configuration.normalizes ? 1 : 0
      let name = model.embedding.kernels.name.description
      withUnsafeMutableBytes(of: &known.instruction_set) { $0.fillText(name) }
      known.residency = model.plan.residency.number
      known.threads = UInt32(clamping: model.plan.threads)
      known.batch_tokens = UInt32(clamping: model.plan.batchTokens)
      // Up to `instruction_set` in version 1.0.
      try writeResult(known, to: info, "info", smallest: MemoryLayout<UInt>.size + 36)
    }
  }
}

private func open(
  _ place: FilePlace, _ options: UnsafePointer<kq_model_options>?,
  _ model: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<kq_error>?
) -> kq_status {
  call(error) { () throws(CallFailure) in
    guard let model else { throw .null("model") }
    model.pointee = nil
    let options = try readOptions(options)
    let file = try place.open(try SystemCalls(allocator: options.allocator))
    let opened: EmbeddingModel
    let plan: MemoryPlan
    let request = try MemoryPlan.Request(options)
    do throws(EmbeddingError) {
      plan = try MemoryPlan.make(file, request)
      var modelOptions = plan.modelOptions
      modelOptions.instructionSet = options.instruction_set.map { Array(String(cString: $0).utf8) }
      modelOptions.verify = options.flags & UInt32(KQ_VERIFY) != 0
      opened = try EmbeddingModel(file, options: modelOptions)
    } catch {
      throw CallFailure(error)
    }
    try Model.open(Model(opened, plan), model)
  }
}
