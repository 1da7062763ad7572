import CShims

/// Some layers after the others, a block of sequences in one layer a task. A block waits for itself in the layer
/// before, and for no other block, so that no thread is idle at the end of a layer.
struct LayersLoop: ParallelLoop {
  let blocks: SequenceBlockLoop
  let layers: UnsafeBufferPointer<EncoderLayer>
  /// Layers that each block has been through: zeros before the loop.
  let progress: UnsafeMutablePointer<UInt32>

  var count: Int { layers.count * blocks.plan.blocks }

  func perform(index: Int, worker: Int) {
    let layer = index / blocks.plan.blocks
    let block = index % blocks.plan.blocks
    // Handed out before this one, as indices ascend.
    kqs_await(progress + block, UInt32(layer))
    var loop = blocks
    loop.runner.layer = layers[layer]
    loop.perform(index: block, worker: worker)
    kqs_advance(progress + block, UInt32(layer + 1))
  }
}
