// The names are those of koquant.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CKoQuant
import KoQuant

@c @implementation
public func kq_plan(
  _ path: UnsafePointer<CChar>?, _ options: UnsafePointer<kq_model_options>?,
  _ plan: UnsafeMutablePointer<kq_memory_plan>?, _ error: UnsafeMutablePointer<kq_error>?
) -> kq_status {
  makePlan(.path(path), options, plan, error)
}

@c @implementation
public func kq_plan_descriptor(
  _ descriptor: Int32, _ options: UnsafePointer<kq_model_options>?,
  _ plan: UnsafeMutablePointer<kq_memory_plan>?, _ error: UnsafeMutablePointer<kq_error>?
) -> kq_status {
  makePlan(.descriptor(descriptor), options, plan, error)
}

@c @implementation
public func kq_plan_memory(
  _ bytes: UnsafeRawPointer?, _ count: Int, _ options: UnsafePointer<kq_model_options>?,
  _ plan: UnsafeMutablePointer<kq_memory_plan>?, _ error: UnsafeMutablePointer<kq_error>?
) -> kq_status {
  makePlan(.memory(bytes, count: count), options, plan, error)
}

private func makePlan(
  _ place: FilePlace, _ options: UnsafePointer<kq_model_options>?,
  _ plan: UnsafeMutablePointer<kq_memory_plan>?, _ error: UnsafeMutablePointer<kq_error>?
) -> kq_status {
  call(error) { () throws(CallFailure) in
    let smallest = MemoryLayout<kq_memory_plan>.size
    // Before the file is opened: a plan that cannot be written is not worth it.
    try writeResult(kq_memory_plan(), to: plan, "plan", smallest: smallest)
    let request = try MemoryPlan.Request(readOptions(options))
    let file = try place.open(SystemCalls())
    do throws(EmbeddingError) {
      let made = try MemoryPlan.make(file, request)
      try? writeResult(kq_memory_plan(made), to: plan, "plan", smallest: smallest)
    } catch {
      if case .memoryCeiling(_, let least) = error { plan?.pointee.total = UInt64(least) }
      throw CallFailure(error)
    }
  }
}

extension MemoryPlan.Request {
  init(_ options: kq_model_options) throws(CallFailure) {
    self.init()
    if options.residency != KQ_ANY_RESIDENCY.rawValue {
      residency = Residency.allCases.first { $0.number == options.residency }
      guard residency != nil else {
        throw CallFailure(KQ_INVALID_ARGUMENT, "residency is \(options.residency), which is no kq_residency")
      }
    }
    ceiling = try Self.ceiling(options.max_memory)
    threads = options.threads == 0 ? nil : min(Int(clamping: options.threads), ThreadPool.maximumThreads)
    batchTokens = try readBatchTokens(options.batch_tokens)
  }

  private static func ceiling(_ bytes: UInt64) throws(CallFailure) -> Int? {
    // KQ_AVAILABLE_MEMORY is a macro that Swift does not import.
    if bytes != .max { return bytes == 0 ? nil : Int(clamping: bytes) }
    if let available = SystemCalls.live.availableMemory() { return available }
    throw CallFailure(
      KQ_INVALID_ARGUMENT, "the system does not tell how much memory there is; give max_memory a size")
  }
}

extension kq_memory_plan {
  fileprivate init(_ plan: MemoryPlan) {
    self.init()
    func bytes(_ part: MemoryPlan.Part) -> UInt64 { UInt64(plan[part]) }
    residency = plan.residency.number
    threads = UInt32(clamping: plan.threads)
    batch_tokens = UInt32(clamping: plan.batchTokens)
    ring_layers = UInt32(clamping: plan.ringLayers)
    total = UInt64(plan.total)
    program = bytes(.program)
    tables = bytes(.tables)
    words = bytes(.words)
    layers = bytes(.layers)
    batch = bytes(.batch)
    workers = bytes(.threads)
    decoders = bytes(.decoders)
    output = bytes(.output)
  }
}

extension Residency {
  /// The kq_residency.
  var number: UInt32 {
    switch self {
    case .mapped: KQ_MAPPED.rawValue
    case .resident: KQ_RESIDENT.rawValue
    case .streamed: KQ_STREAMED.rawValue
    }
  }
}
