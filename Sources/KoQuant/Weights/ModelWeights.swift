/// The weights of a model wherever they are: what all of its sessions share. It does not change.
package struct ModelWeights: @unchecked Sendable {
  package let residency: Residency
  package let sections: ModelSections
  package let tables: EmbeddingTables
  /// The word table; nil when it is streamed.
  package let words: UnsafePointer<Int8>?
  /// Empty when layers are streamed.
  package let layers: [EncoderLayer]
  /// What remains to be done with each layer before it is used: all of it when it is streamed, the hashes of
  /// what is in place. A word table in place is hashed a part with each layer.
  let layerTasks: [[LoadTask]]
  /// The one allocation that holds what is neither in place nor streamed.
  let memory: AlignedBuffer

  /// Reads the tables, and for `resident` everything else, on the threads of `pool`.
  ///
  /// - Parameter residency: `mapped` only for a file whose bytes are in memory; what it has compressed is
  ///   decoded then.
  init(
    _ file: KoqFile, _ configuration: ModelConfiguration, _ residency: Residency, pool: ThreadPool
  ) throws(KoqError) {
    let sections = try ModelSections(file, configuration, usesInPlace: residency == .mapped)
    let isStreamed = residency == .streamed
    let groups = isStreamed ? [] : [sections.words] + sections.layers.map { $0.group }
    // Tables first, then the word table, then the layers.
    var end = sections.tables.byteCount
    var starts: [Int] = []
    for group in groups {
      starts.append(end)
      let (sum, overflow) = end.addingReportingOverflow(group.byteCount)
      if overflow {
        throw KoqError(.system(SystemError(.allocate, .tooLarge, byteCount: .max))).at(file.path)
      }
      end = sum
    }
    let memory: AlignedBuffer
    do throws(KoqError) {
      memory = try AlignedBuffer.forFile(byteCount: end, file.calls)
    } catch {
      throw error.at(file.path)
    }
    var tasks = sections.tables.loadTasks(file)
    var later: [[LoadTask]] = []
    for (group, start) in zip(groups, starts) {
      let all = group.loadTasks(file)
      later.append(all.filter { $0.offset == nil })
      for task in all {
        guard let offset = task.offset else { continue }
        var task = task
        task.offset = start + offset
        tasks.append(task)
      }
    }
    if isStreamed {
      // Rows that are read one by one have no hashes of their own.
      let words = sections.words.loadTasks(file)
      if file.sections[sections.wordSection].codec == .stored {
        for var task in words {
          task.offset = nil
          tasks.append(task)
        }
      }
      layerTasks = sections.layers.map { $0.group.loadTasks(file) }
    } else {
      let ofLayers = later.dropFirst()
      let ofWords = later[0].isEmpty ? [] : sections.words.hashTasks(file, parts: ofLayers.count)
      layerTasks = ofLayers.enumerated().map { index, tasks in
        ofWords.isEmpty ? tasks : (tasks + ofWords[index]).largestFirst
      }
    }
    let loader = try SectionLoader(file, threads: pool.threads)
    let load = SectionLoad(loader: loader, tasks: tasks, buffer: memory.base)
    pool.run(count: load.count, load)
    try loader.check()

    func bytes(_ group: SectionGroup, _ start: Int) -> GroupBytes {
      GroupBytes(group, of: file, buffer: memory.base + start)
    }
    tables = sections.embeddings(bytes(sections.tables, 0))
    words = isStreamed ? nil : bytes(sections.words, starts[0]).pointer(0)
    layers = isStreamed ? [] : zip(sections.layers, starts.dropFirst()).map { $0.layer(bytes($0.group, $1)) }
    self.residency = residency
    self.sections = sections
    self.memory = memory
  }
}
