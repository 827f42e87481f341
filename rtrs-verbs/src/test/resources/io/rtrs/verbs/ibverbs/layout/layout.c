/*
 * Prints sizeof and offsetof of every C structure that the ibverbs provider reads or writes, as the headers of this
 * machine have them. One line each, "struct.member offset", the size as member "sizeof".
 */
#define _GNU_SOURCE
#include <infiniband/verbs.h>
#include <netinet/in.h>
#include <poll.h>
#include <rdma/rdma_cma.h>
#include <stddef.h>
#include <stdio.h>
#include <time.h>

#define SIZE(type) printf(#type ".sizeof %zu\n", sizeof(struct type))
#define OFFSET(type, member) printf(#type "." #member " %zu\n", offsetof(struct type, member))

int main(void)
{
	SIZE(ibv_context);
	OFFSET(ibv_context, device);
	OFFSET(ibv_context, ops.alloc_mw);
	OFFSET(ibv_context, ops.bind_mw);
	OFFSET(ibv_context, ops.dealloc_mw);
	OFFSET(ibv_context, ops.poll_cq);
	OFFSET(ibv_context, ops.req_notify_cq);
	OFFSET(ibv_context, ops.post_send);
	OFFSET(ibv_context, ops.post_recv);
	OFFSET(ibv_context, cmd_fd);
	OFFSET(ibv_context, async_fd);
	OFFSET(ibv_context, num_comp_vectors);
	SIZE(ibv_device_attr);
	OFFSET(ibv_device_attr, fw_ver);
	OFFSET(ibv_device_attr, node_guid);
	OFFSET(ibv_device_attr, max_mr_size);
	OFFSET(ibv_device_attr, max_qp);
	OFFSET(ibv_device_attr, max_qp_wr);
	OFFSET(ibv_device_attr, device_cap_flags);
	OFFSET(ibv_device_attr, max_sge);
	OFFSET(ibv_device_attr, max_cqe);
	OFFSET(ibv_device_attr, max_mr);
	OFFSET(ibv_device_attr, max_mw);
	SIZE(ibv_pd);
	OFFSET(ibv_pd, context);
	OFFSET(ibv_pd, handle);
	SIZE(ibv_mr);
	OFFSET(ibv_mr, context);
	OFFSET(ibv_mr, pd);
	OFFSET(ibv_mr, addr);
	OFFSET(ibv_mr, length);
	OFFSET(ibv_mr, handle);
	OFFSET(ibv_mr, lkey);
	OFFSET(ibv_mr, rkey);
	SIZE(ibv_mw);
	OFFSET(ibv_mw, context);
	OFFSET(ibv_mw, pd);
	OFFSET(ibv_mw, rkey);
	OFFSET(ibv_mw, handle);
	OFFSET(ibv_mw, type);
	SIZE(ibv_comp_channel);
	OFFSET(ibv_comp_channel, context);
	OFFSET(ibv_comp_channel, fd);
	OFFSET(ibv_comp_channel, refcnt);
	SIZE(ibv_cq);
	OFFSET(ibv_cq, context);
	OFFSET(ibv_cq, channel);
	OFFSET(ibv_cq, cq_context);
	OFFSET(ibv_cq, handle);
	OFFSET(ibv_cq, cqe);
	SIZE(ibv_qp);
	OFFSET(ibv_qp, context);
	OFFSET(ibv_qp, pd);
	OFFSET(ibv_qp, send_cq);
	OFFSET(ibv_qp, recv_cq);
	OFFSET(ibv_qp, handle);
	OFFSET(ibv_qp, qp_num);
	OFFSET(ibv_qp, state);
	OFFSET(ibv_qp, qp_type);
	SIZE(ibv_qp_init_attr);
	OFFSET(ibv_qp_init_attr, qp_context);
	OFFSET(ibv_qp_init_attr, send_cq);
	OFFSET(ibv_qp_init_attr, recv_cq);
	OFFSET(ibv_qp_init_attr, srq);
	OFFSET(ibv_qp_init_attr, cap.max_send_wr);
	OFFSET(ibv_qp_init_attr, cap.max_recv_wr);
	OFFSET(ibv_qp_init_attr, cap.max_send_sge);
	OFFSET(ibv_qp_init_attr, cap.max_recv_sge);
	OFFSET(ibv_qp_init_attr, cap.max_inline_data);
	OFFSET(ibv_qp_init_attr, qp_type);
	OFFSET(ibv_qp_init_attr, sq_sig_all);
	SIZE(ibv_qp_attr);
	OFFSET(ibv_qp_attr, qp_state);
	OFFSET(ibv_qp_attr, cur_qp_state);
	SIZE(ibv_sge);
	OFFSET(ibv_sge, addr);
	OFFSET(ibv_sge, length);
	OFFSET(ibv_sge, lkey);
	SIZE(ibv_recv_wr);
	OFFSET(ibv_recv_wr, wr_id);
	OFFSET(ibv_recv_wr, next);
	OFFSET(ibv_recv_wr, sg_list);
	OFFSET(ibv_recv_wr, num_sge);
	SIZE(ibv_send_wr);
	OFFSET(ibv_send_wr, wr_id);
	OFFSET(ibv_send_wr, next);
	OFFSET(ibv_send_wr, sg_list);
	OFFSET(ibv_send_wr, num_sge);
	OFFSET(ibv_send_wr, opcode);
	OFFSET(ibv_send_wr, send_flags);
	OFFSET(ibv_send_wr, imm_data);
	OFFSET(ibv_send_wr, invalidate_rkey);
	OFFSET(ibv_send_wr, wr.rdma.remote_addr);
	OFFSET(ibv_send_wr, wr.rdma.rkey);
	OFFSET(ibv_send_wr, wr.atomic.remote_addr);
	OFFSET(ibv_send_wr, wr.atomic.compare_add);
	OFFSET(ibv_send_wr, wr.atomic.swap);
	OFFSET(ibv_send_wr, wr.atomic.rkey);
	OFFSET(ibv_send_wr, bind_mw.mw);
	OFFSET(ibv_send_wr, bind_mw.rkey);
	OFFSET(ibv_send_wr, bind_mw.bind_info.mr);
	OFFSET(ibv_send_wr, bind_mw.bind_info.addr);
	OFFSET(ibv_send_wr, bind_mw.bind_info.length);
	OFFSET(ibv_send_wr, bind_mw.bind_info.mw_access_flags);
	SIZE(ibv_mw_bind_info);
	OFFSET(ibv_mw_bind_info, mr);
	OFFSET(ibv_mw_bind_info, addr);
	OFFSET(ibv_mw_bind_info, length);
	OFFSET(ibv_mw_bind_info, mw_access_flags);
	SIZE(ibv_mw_bind);
	OFFSET(ibv_mw_bind, wr_id);
	OFFSET(ibv_mw_bind, send_flags);
	OFFSET(ibv_mw_bind, bind_info);
	SIZE(ibv_wc);
	OFFSET(ibv_wc, wr_id);
	OFFSET(ibv_wc, status);
	OFFSET(ibv_wc, opcode);
	OFFSET(ibv_wc, vendor_err);
	OFFSET(ibv_wc, byte_len);
	OFFSET(ibv_wc, imm_data);
	OFFSET(ibv_wc, invalidated_rkey);
	OFFSET(ibv_wc, qp_num);
	OFFSET(ibv_wc, src_qp);
	OFFSET(ibv_wc, wc_flags);
	OFFSET(ibv_wc, pkey_index);
	OFFSET(ibv_wc, slid);
	OFFSET(ibv_wc, sl);
	OFFSET(ibv_wc, dlid_path_bits);
	SIZE(rdma_event_channel);
	OFFSET(rdma_event_channel, fd);
	SIZE(rdma_cm_id);
	OFFSET(rdma_cm_id, verbs);
	OFFSET(rdma_cm_id, channel);
	OFFSET(rdma_cm_id, context);
	OFFSET(rdma_cm_id, qp);
	OFFSET(rdma_cm_id, route.addr.src_addr);
	OFFSET(rdma_cm_id, route.addr.dst_addr);
	OFFSET(rdma_cm_id, ps);
	OFFSET(rdma_cm_id, port_num);
	SIZE(rdma_cm_event);
	OFFSET(rdma_cm_event, id);
	OFFSET(rdma_cm_event, listen_id);
	OFFSET(rdma_cm_event, event);
	OFFSET(rdma_cm_event, status);
	OFFSET(rdma_cm_event, param.conn.private_data);
	OFFSET(rdma_cm_event, param.conn.private_data_len);
	OFFSET(rdma_cm_event, param.conn.responder_resources);
	OFFSET(rdma_cm_event, param.conn.initiator_depth);
	OFFSET(rdma_cm_event, param.conn.qp_num);
	SIZE(rdma_conn_param);
	OFFSET(rdma_conn_param, private_data);
	OFFSET(rdma_conn_param, private_data_len);
	OFFSET(rdma_conn_param, responder_resources);
	OFFSET(rdma_conn_param, initiator_depth);
	OFFSET(rdma_conn_param, flow_control);
	OFFSET(rdma_conn_param, retry_count);
	OFFSET(rdma_conn_param, rnr_retry_count);
	OFFSET(rdma_conn_param, srq);
	OFFSET(rdma_conn_param, qp_num);
	SIZE(sockaddr_in);
	OFFSET(sockaddr_in, sin_family);
	OFFSET(sockaddr_in, sin_port);
	OFFSET(sockaddr_in, sin_addr);
	SIZE(sockaddr_in6);
	OFFSET(sockaddr_in6, sin6_family);
	OFFSET(sockaddr_in6, sin6_port);
	OFFSET(sockaddr_in6, sin6_flowinfo);
	OFFSET(sockaddr_in6, sin6_addr);
	OFFSET(sockaddr_in6, sin6_scope_id);
	SIZE(pollfd);
	OFFSET(pollfd, fd);
	OFFSET(pollfd, events);
	OFFSET(pollfd, revents);
	SIZE(timespec);
	OFFSET(timespec, tv_sec);
	OFFSET(timespec, tv_nsec);
	return 0;
}
