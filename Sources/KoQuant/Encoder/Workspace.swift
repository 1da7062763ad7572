import Kernels

/// The memory of a forward pass, allocated once.
struct Workspace: ~Copyable {
  let layout: WorkspaceLayout
  private let memory: AlignedBuffer
  private let base: UnsafeMutableRawPointer

  /// More tokens than this in a batch are refused, so that sizes cannot overflow.
  private static let maximumTokens = 1 << 24

  init(
    configuration: ModelConfiguration, tokens: Int, workers: Int, calls: SystemCalls = .live
  ) throws(SystemError) {
    guard tokens <= Self.maximumTokens,
      let layout = WorkspaceLayout(configuration: configuration, tokens: tokens),
      let byteCount = layout.bytes(workers: workers)
    else { throw SystemError(.allocate, .tooLarge, byteCount: .max) }
    // Padding lanes must start as zeros; the kernels keep them so.
    let memory = try AlignedBuffer(byteCount: byteCount, calls: calls)
    guard let base = memory.bytes.baseAddress else {
      throw SystemError(.allocate, .tooLarge, byteCount: memory.count)
    }
    self.layout = layout
    self.memory = memory
    self.base = base
  }

  var hidden: UnsafeMutablePointer<Float> { batch(layout.hidden) }
  var queryKeyValue: UnsafeMutablePointer<Float> { batch(layout.queryKeyValue) }
  var context: UnsafeMutablePointer<Float> { batch(layout.context) }
  var positions: UnsafeMutablePointer<UInt32> { batch(layout.positions) }

  var workers: WorkerMemory { WorkerMemory(base: base + layout.batchBytes, layout: layout) }

  private func batch<T>(_ offset: Int) -> UnsafeMutablePointer<T> {
    (base + offset).assumingMemoryBound(to: T.self)
  }
}

/// The parts of a workspace that belong to the workers of a thread pool.
struct WorkerMemory {
  let base: UnsafeMutableRawPointer
  let layout: WorkspaceLayout

  subscript(worker: Int) -> WorkerBuffers {
    WorkerBuffers(base: base + worker * layout.workerBytes, layout: layout)
  }
}

/// The part of a workspace that one worker uses at a time.
struct WorkerBuffers {
  let base: UnsafeMutableRawPointer
  let layout: WorkspaceLayout

  var intermediate: UnsafeMutablePointer<Float> { pointer(layout.intermediate) }
  var keys: UnsafeMutablePointer<Float> { pointer(layout.keys) }
  var values: UnsafeMutablePointer<Float> { pointer(layout.values) }
  var scores: UnsafeMutablePointer<Float> { pointer(layout.scores) }
  var products: UnsafeMutablePointer<Float> { pointer(layout.products) }

  /// Rows quantized for `matrix`.
  func quantizedRows(for matrix: Int8Matrix) -> QuantizedRows {
    QuantizedRows(
      values: pointer(layout.quantized), scales: pointer(layout.scales),
      zeroPoints: pointer(layout.zeroPoints),
      channels: matrix.inputs, groupSize: matrix.groupSize)
  }

  private func pointer<T>(_ offset: Int) -> UnsafeMutablePointer<T> {
    (base + offset).assumingMemoryBound(to: T.self)
  }
}
