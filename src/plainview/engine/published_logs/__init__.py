"""Readers of published logs of short-video networks: KuaiRand, KuaiRec, MicroLens, VK-LSVD.

The data are their owners', under their licences; nothing of them is in this project. Each reader takes the files as
they are published and gives one form: `events.Events`.
"""
