import Kernels

/// The memory of a forward pass, allocated once.
struct Workspace: ~Copyable {
  let layout: WorkspaceLayout
  private let memory: AlignedBuffer
  /// Tokens of the largest batch so far: what lies beyond has not been touched.
  private var preparedTokens = 0

  init(
    configuration: ModelConfiguration, tokens: Int, workers: Int, calls: SystemCalls = .live
  ) throws(SystemError) {
    guard tokens <= EmbeddingSession.Options.maximumBatchTokens,
      let layout = WorkspaceLayout(configuration: configuration, tokens: tokens),
      let byteCount = layout.bytes(workers: workers)
    else { throw SystemError(.allocate, .tooLarge, byteCount: .max) }
    memory = try AlignedBuffer(byteCount: byteCount, zeroed: false, calls: calls)
    self.layout = layout
    // Padding lanes must start as zeros; the kernels keep them so.
    memory.bytes.slice(layout.batchBytes..<memory.count).initializeMemory(as: UInt8.self, repeating: 0)
  }

  /// Makes room for a batch of `tokens`: short batches touch only the memory that they need.
  mutating func prepare(tokens: Int) {
    guard tokens > preparedTokens else { return }
    clear(hidden, rowLength: layout.hiddenStride, until: tokens)
    clear(queryKeyValue, rowLength: 3 * layout.hiddenStride, until: tokens)
    clear(context, rowLength: layout.hiddenStride, until: tokens)
    preparedTokens = tokens
  }

  private func clear(_ rows: UnsafeMutablePointer<Float>, rowLength: Int, until tokens: Int) {
    (rows + preparedTokens * rowLength).update(
      repeating: 0, count: (tokens - preparedTokens) * rowLength)
  }

  private var base: UnsafeMutableRawPointer { memory.base }

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
  /// `MultiplyInt8.scratch`.
  let scratch: UnsafeMutableRawPointer

  init(base: UnsafeMutableRawPointer, layout: WorkspaceLayout) {
    self.base = base
    self.layout = layout
    scratch = base + layout.scratch
  }

  /// These buffers for a product that several workers share, each with its own scratch.
  init(_ shared: WorkerBuffers, scratchOf own: WorkerBuffers) {
    base = shared.base
    layout = shared.layout
    scratch = own.scratch
  }

  var intermediate: UnsafeMutablePointer<Float> { pointer(layout.intermediate) }
  var headRows: UnsafeMutablePointer<Float> { pointer(layout.headRows) }
  /// Keys or queries of a head.
  var headIntegers: UnsafeMutablePointer<Int16> { pointer(layout.headIntegers) }
  var keys: UnsafeMutablePointer<Int16> { pointer(layout.keys) }
  var values: UnsafeMutablePointer<Int16> { pointer(layout.values) }
  var scores: UnsafeMutablePointer<Float> { pointer(layout.scores) }
  var scoreScales: UnsafeMutablePointer<Float> { pointer(layout.scoreScales) }
  var products: UnsafeMutablePointer<Float> { pointer(layout.products) }

  /// Hidden states or contexts, quantized for `matrix`.
  func quantizedHidden(for matrix: Int8Matrix) -> QuantizedRows { rows(layout.quantizedHidden, matrix) }
  /// Intermediate activations, quantized for `matrix`.
  func quantizedIntermediate(for matrix: Int8Matrix) -> QuantizedRows {
    rows(layout.quantizedIntermediate, matrix)
  }

  private func rows(_ place: WorkspaceLayout.Quantized, _ matrix: Int8Matrix) -> QuantizedRows {
    QuantizedRows(
      values: pointer(place.values), scales: pointer(place.scales), zeroPoints: pointer(place.zeroPoints),
      channels: matrix.inputs, groupSize: matrix.groupSize)
  }

  private func pointer<T>(_ offset: Int) -> UnsafeMutablePointer<T> {
    (base + offset).assumingMemoryBound(to: T.self)
  }
}
