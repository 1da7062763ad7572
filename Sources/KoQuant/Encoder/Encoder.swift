import Kernels

/// The transformer over packed batches: `begin`, `advance` once per layer, `finish`.
///
/// The vector of a sequence depends on its tokens and the weights alone: not on its neighbours in the batch,
/// the number of threads or the instruction set (docs/numerics.md). One encoder runs one pass at a time.
package final class Encoder {
  package let configuration: ModelConfiguration
  /// Tokens of the largest batch.
  package let capacity: Int
  private let kernels: KernelTable
  private var workspace: Workspace
  /// For `LayerCounters`.
  private let counters: AlignedBuffer

  /// Allocates everything that a pass needs; later passes allocate nothing.
  ///
  /// - Parameter capacity: tokens of the largest batch; raised to one sequence of `maximumTokens`.
  package convenience init(
    configuration: ModelConfiguration, kernels: KernelTable, capacity: Int, threads: Int,
    calls: SystemCalls = .live
  ) throws(SystemError) {
    let capacity = max(capacity, configuration.maximumTokens)
    let workspace = try Workspace(
      configuration: configuration, tokens: capacity, workers: threads, calls: calls)
    let blocks = SequencePlan.maximumBlocks(tokens: capacity, threads: threads, rows: kernels.taskRows)
    let counters = try AlignedBuffer(
      count: LayerCounters.count(blocks: blocks, layers: configuration.layers), of: UInt32.self, calls: calls)
    self.init(configuration, kernels, capacity, workspace, counters)
  }

  private init(
    _ configuration: ModelConfiguration, _ kernels: KernelTable, _ capacity: Int,
    _ workspace: consuming Workspace, _ counters: AlignedBuffer
  ) {
    self.configuration = configuration
    self.kernels = kernels
    self.capacity = capacity
    self.workspace = workspace
    self.counters = counters
  }

  private var hiddenStride: Int { Tile.stride(configuration.hiddenSize) }

  /// Hidden states of the batch, tokens x `Tile.stride(hiddenSize)`.
  package var hidden: UnsafePointer<Float> { UnsafePointer(workspace.hidden) }

  /// Looks up the embeddings of a batch of at most `capacity` tokens, each sequence at most `maximumTokens`
  /// long and each id below the vocabulary size.
  ///
  /// - Parameter load: what is done for the first layer meanwhile. Its failures and those of a word table in
  ///   the file are for the loader to tell.
  package func begin(
    _ batch: borrowing PackedBatch, tables: EmbeddingTables, words: WordSource,
    beside load: SectionLoad? = nil,
    pool: ThreadPool
  ) {
    workspace.prepare(tokens: batch.tokens.count)
    let positions = workspace.positions
    batch.tokens.withUnsafeBufferPointer { tokens in
      for index in 0..<batch.sequences {
        let range = batch.range(index)
        configuration.assignPositions(.init(rebasing: tokens[range]), into: positions + range.lowerBound)
      }
      guard let first = tokens.baseAddress else { return }
      let lookup = EmbeddingLookup(
        kernels: kernels, configuration: configuration, tables: tables, tokens: first, positions: positions,
        hidden: workspace.hidden)
      switch words {
      case .memory(let words):
        let plan = EncoderPlan(tokens: tokens.count, threads: pool.threads, taskRows: kernels.taskRows)
        pool.run(
          count: plan.blocks, EmbeddingLoop(lookup: lookup, words: words, plan: plan), beside: load)
      case .blocks(let blocks):
        pool.run(
          count: blocks.sort(tokens), WordBlockLoop(lookup: lookup, words: blocks), beside: load)
      }
    }
  }

  /// Applies one layer to the hidden states.
  ///
  /// - Parameter load: what is done for the next layer meanwhile.
  package func advance(
    _ batch: borrowing PackedBatch, layer: EncoderLayer, beside load: SectionLoad? = nil, pool: ThreadPool
  ) {
    batch.starts.withUnsafeBufferPointer { starts in
      let plan = EncoderPlan(tokens: batch.tokens.count, threads: pool.threads, taskRows: kernels.taskRows)
      if let loop = sequenceLoop(starts, plan, layer, of: 1, threads: pool.threads) {
        pool.run(count: loop.plan.blocks, loop, beside: load)
        return
      }
      let runner = runner(layer)
      let heads = configuration.attentionHeads
      run(LayerStep.beforeAttention, runner, plan, pool)
      pool.run(
        count: batch.sequences * heads,
        AttentionLoop(attention: attention, starts: starts, heads: heads, memory: workspace.workers),
        beside: load)
      run(
        plan.split == .rows ? LayerStep.afterAttention : LayerStep.afterAttentionByChannels, runner, plan,
        pool)
    }
  }

  /// Applies all layers by blocks of sequences, with the loads that `source` has left, whose failures are for it to
  /// tell; false, and nothing done, for a batch whose blocks would load the threads unevenly.
  func advance(_ batch: borrowing PackedBatch, through source: LayerSource, pool: ThreadPool) -> Bool {
    guard let first = source.layers.first else { return true }
    return batch.starts.withUnsafeBufferPointer { starts in
      let plan = EncoderPlan(tokens: batch.tokens.count, threads: pool.threads, taskRows: kernels.taskRows)
      let layers = source.layers.count
      guard let blocks = sequenceLoop(starts, plan, first, of: layers, threads: pool.threads) else {
        return false
      }
      let counters = LayerCounters(
        counters.base.assumingMemoryBound(to: UInt32.self), blocks: blocks.plan.blocks, layers: layers)
      let loop = LayersLoop(blocks: blocks, source: source, counters: counters, threads: pool.threads)
      pool.run(count: loop.count, loop)
      return true
    }
  }

  /// A layer by blocks of whole sequences; nil where these would load the threads unevenly.
  private func sequenceLoop(
    _ starts: UnsafeBufferPointer<Int>, _ plan: EncoderPlan, _ layer: EncoderLayer, of layers: Int,
    threads: Int
  ) -> SequenceBlockLoop? {
    guard plan.split == .rows,
      let blocks = SequencePlan(starts: starts, threads: threads, rows: kernels.taskRows, layers: layers)
    else { return nil }
    return SequenceBlockLoop(
      runner: runner(layer), attention: attention, heads: configuration.attentionHeads, plan: blocks,
      memory: workspace.workers)
  }

  private func runner(_ layer: EncoderLayer) -> LayerStepRunner {
    LayerStepRunner(
      kernels: kernels, configuration: configuration, layer: layer, hidden: workspace.hidden,
      queryKeyValue: workspace.queryKeyValue, context: workspace.context, hiddenStride: hiddenStride)
  }

  private var attention: Attention {
    Attention(
      kernels: kernels, headSize: configuration.headSize, queryKeyValue: workspace.queryKeyValue,
      partStride: hiddenStride, context: workspace.context, hiddenStride: hiddenStride)
  }

  /// Pools the hidden states into one vector of `hiddenSize` floats per sequence, in order.
  package func finish(
    _ batch: borrowing PackedBatch, normalize: Bool, into vectors: UnsafeMutablePointer<Float>,
    pool: ThreadPool
  ) {
    batch.starts.withUnsafeBufferPointer { starts in
      pool.run(
        count: batch.sequences,
        PoolingLoop(
          step: PoolingStep(configuration: configuration), starts: starts, hidden: hidden, vectors: vectors,
          normalize: normalize))
    }
  }

  private func run(_ steps: [LayerStep], _ runner: LayerStepRunner, _ plan: EncoderPlan, _ pool: ThreadPool) {
    switch plan.split {
    case .rows:
      pool.run(
        count: plan.blocks, RowBlockLoop(runner: runner, steps: steps, plan: plan, memory: workspace.workers))
    case .channels:
      let buffers = workspace.workers[0]
      for step in steps {
        if let matrix = step.product(of: runner.layer) {
          let parts = min(pool.threads, matrix.panels)
          pool.run(
            count: parts,
            ChannelLoop(
              runner: runner, step: step, rows: 0..<plan.tokens, panels: matrix.panels, parts: parts,
              buffers: buffers, memory: workspace.workers))
        } else {
          runner.run(step, rows: 0..<plan.tokens, buffers: buffers)
        }
      }
    }
  }
}
