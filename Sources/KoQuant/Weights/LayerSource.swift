/// The layers of a model, given out one after the other or all at once (`LayersLoop`), as often as there are passes.
///
/// Weights in memory are there at once, but for the hashes of those in place, which are checked when they are
/// first used. Streamed layers are decoded into a ring of one or two buffers: with two, the next layer is decoded beside
/// this one.
struct LayerSource {
  /// Where the weights of each layer are, or will be when it has been loaded.
  let layers: [EncoderLayer]
  private let weights: ModelWeights
  private let loader: SectionLoader
  /// Empty unless layers are streamed.
  private let ring: [AlignedBuffer]
  /// Per buffer of the ring, or per layer in memory: the layer that is ready there, -1 for none.
  private var ready: [Int]
  /// The layer whose load was given out last, -1 when `layer` has taken it over.
  private var loading = -1

  /// - Parameters:
  ///   - ringLayers: buffers of the ring, when layers are streamed.
  ///   - loader: with a worker for each thread of the pool that will run the loads.
  init(_ weights: ModelWeights, ringLayers: Int, loader: SectionLoader) throws(KoqError) {
    self.weights = weights
    self.loader = loader
    let sections = weights.sections
    let isStreamed = weights.residency == .streamed
    var ring: [AlignedBuffer] = []
    for _ in 0..<(isStreamed ? min(max(ringLayers, 1), sections.layers.count) : 0) {
      ring.append(try AlignedBuffer.forFile(byteCount: sections.largestLayer, loader.file.calls))
    }
    self.ring = ring
    layers =
      isStreamed
      ? sections.layers.enumerated().map { index, layer in
        layer.layer(GroupBytes(layer.group, of: loader.file, buffer: ring[index % ring.count].base))
      } : weights.layers
    ready = Array(repeating: -1, count: isStreamed ? ring.count : sections.layers.count)
    if weights.residency == .resident { for index in ready.indices { ready[index] = index } }
  }

  /// Layers that are ready at a time, at most.
  var heldLayers: Int { ready.count }

  /// What must be done before layer `index` can be used; nil when that is done, or given out already.
  mutating func load(_ index: Int) -> SectionLoad? {
    let slot = index % ready.count
    if ready[slot] == index || loading == index { return nil }
    ready[slot] = -1
    loading = index
    return sectionLoad(index)
  }

  /// What may be done for the layer after `index` while that one is computed.
  mutating func loadNext(after index: Int) -> SectionLoad? {
    let next = index + 1
    if next == layers.count || next % ready.count == index % ready.count { return nil }
    return load(next)
  }

  /// Layer `index`, whose `load`, if there was any, has been run.
  mutating func layer(_ index: Int) throws(KoqError) -> EncoderLayer {
    try check()
    loading = -1
    ready[index % ready.count] = index
    return layers[index]
  }

  /// Tasks that are left before layer `index` can be used in a pass that begins with layer 0.
  func remainingTasks(_ index: Int) -> Int {
    index < ready.count && ready[index] == index ? 0 : weights.layerTasks[index].count
  }

  func perform(task: Int, ofLayer index: Int, worker: Int) {
    sectionLoad(index).perform(index: task, worker: worker)
  }

  /// Takes over what has been loaded by the tasks of a pass.
  mutating func finishPass() throws(KoqError) {
    for slot in ready.indices { ready[slot] = -1 }
    try check()
    for index in layers.indices { ready[index % ready.count] = index }
  }

  /// Throws what went wrong in the loops that have been run.
  mutating func check() throws(KoqError) {
    do throws(KoqError) {
      try loader.check()
    } catch {
      loading = -1
      throw error
    }
  }

  private func sectionLoad(_ index: Int) -> SectionLoad {
    let buffer = ring.isEmpty ? weights.memory.base : ring[index % ring.count].base
    return SectionLoad(loader: loader, tasks: weights.layerTasks[index], buffer: buffer)
  }
}
