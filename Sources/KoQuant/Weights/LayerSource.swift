/// Gives out the layers of a model one after the other, as often as there are passes.
///
/// Weights in memory are there at once, but for the hashes of those in place, which are checked when they are
/// first used. Streamed layers are decoded into a ring of one or two buffers: with two, the next layer is
/// decoded by whichever threads have nothing left to compute of this one.
struct LayerSource {
  private let file: KoqFile
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
    file = loader.file
    let sections = weights.sections
    let isStreamed = weights.residency == .streamed
    var ring: [AlignedBuffer] = []
    for _ in 0..<(isStreamed ? min(max(ringLayers, 1), sections.layers.count) : 0) {
      ring.append(try AlignedBuffer.forFile(byteCount: sections.largestLayer, file.calls))
    }
    self.ring = ring
    ready = Array(repeating: -1, count: isStreamed ? ring.count : sections.layers.count)
    if weights.residency == .resident { for index in ready.indices { ready[index] = index } }
  }

  /// What must be done before layer `index` can be used; nil when that is done, or given out already.
  mutating func load(_ index: Int) -> SectionLoad? {
    let slot = index % ready.count
    if ready[slot] == index || loading == index { return nil }
    ready[slot] = -1
    loading = index
    let buffer = ring.isEmpty ? weights.memory.base : ring[slot].base
    return SectionLoad(loader: loader, tasks: weights.layerTasks[index], buffer: buffer)
  }

  /// What may be done for the layer after `index` while that one is computed.
  mutating func loadNext(after index: Int) -> SectionLoad? {
    let next = index + 1
    if next == weights.sections.layers.count || next % ready.count == index % ready.count { return nil }
    return load(next)
  }

  /// Layer `index`, whose `load`, if there was any, has been run.
  mutating func layer(_ index: Int) throws(KoqError) -> EncoderLayer {
    try check()
    loading = -1
    let slot = index % ready.count
    ready[slot] = index
    if ring.isEmpty { return weights.layers[index] }
    let sections = weights.sections.layers[index]
    return sections.layer(GroupBytes(sections.group, of: file, buffer: ring[slot].base))
  }

  /// The layers from `index` on that need no more loads.
  func ready(from index: Int) -> ArraySlice<EncoderLayer> {
    var end = index
    while end < weights.layers.count, ready[end] == end { end += 1 }
    return weights.layers.prefix(end).dropFirst(index)
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
}
