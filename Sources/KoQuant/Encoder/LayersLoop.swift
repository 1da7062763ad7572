import CShims

/// The layers of a pass one after the other, a block of sequences in one layer a task, and beside them what must be done
/// with weights before they are used: decoding, or taking hashes.
///
///     blocks of layer 0 ─ loads of layer 1 ─ more blocks of layer 0 │ blocks of layer 1 ─ loads of layer 2 ─ …
///
/// A task waits for what it needs and nothing else: a block for itself in the layer before and for the weights of its
/// layer, a load for the layer whose buffer it takes. No thread is idle at the end of a layer.
///
/// Tasks are handed out in this order and wait for earlier ones only, so the earliest that is not done never waits.
struct LayersLoop: ParallelLoop {
  let blocks: SequenceBlockLoop
  let source: LayerSource
  let counters: LayerCounters
  let threads: Int

  private var layers: Int { source.layers.count }
  private var blockCount: Int { blocks.plan.blocks }

  var count: Int { (0..<layers).reduce(layers * blockCount) { $0 + loads(beside: $1) } }

  /// Loads among the tasks of a layer, those of the next one.
  private func loads(beside layer: Int) -> Int {
    layer + 1 < layers ? source.remainingTasks(layer + 1) : 0
  }

  func perform(index: Int, worker: Int) {
    var layer = 0
    var index = index
    while index >= blockCount + loads(beside: layer) {
      index -= blockCount + loads(beside: layer)
      layer += 1
    }
    // Late, so that decoded weights are still in a cache when their layer begins, with a block for every thread after
    // them, so that none has to wait for the last.
    let before = source.heldLayers == 1 ? blockCount : max(blockCount - threads, 0)
    let loads = loads(beside: layer)
    if index < before {
      compute(layer, block: index, worker)
    } else if index < before + loads {
      load(layer + 1, task: index - before, worker)
    } else {
      compute(layer, block: index - loads, worker)
    }
  }

  private func compute(_ layer: Int, block: Int, _ worker: Int) {
    kqs_await(counters.loadsDone + layer, UInt32(source.remainingTasks(layer)))
    kqs_await(counters.layersDone + block, UInt32(layer))
    var loop = blocks
    loop.runner.layer = source.layers[layer]
    loop.perform(index: block, worker: worker)
    kqs_advance(counters.layersDone + block)
    kqs_advance(counters.blocksDone + layer)
  }

  private func load(_ layer: Int, task: Int, _ worker: Int) {
    // Hashes of what is larger than a layer are taken in order.
    kqs_await(counters.loadsDone + (layer - 1), UInt32(source.remainingTasks(layer - 1)))
    if layer >= source.heldLayers {
      kqs_await(counters.blocksDone + (layer - source.heldLayers), UInt32(blockCount))
    }
    source.perform(task: task, ofLayer: layer, worker: worker)
    kqs_advance(counters.loadsDone + layer)
  }
}

/// How far a `LayersLoop` is: zeros before it.
struct LayerCounters {
  /// Per block, the layers that it has been through.
  let layersDone: UnsafeMutablePointer<UInt32>
  /// Per layer, the blocks that have been through it.
  let blocksDone: UnsafeMutablePointer<UInt32>
  /// Per layer, the loads that are done.
  let loadsDone: UnsafeMutablePointer<UInt32>

  static func count(blocks: Int, layers: Int) -> Int { blocks + 2 * layers }

  /// - Parameter memory: room for `count(blocks:layers:)` counters.
  init(_ memory: UnsafeMutablePointer<UInt32>, blocks: Int, layers: Int) {
    layersDone = memory
    blocksDone = memory + blocks
    loadsDone = memory + blocks + layers
    memory.update(repeating: 0, count: Self.count(blocks: blocks, layers: layers))
  }
}
